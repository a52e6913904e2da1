// Package mappingedit is the mapping editor of the terminal: a table of a workbook's columns with examples, in which a person changes which column is which
// field and what is matched on.
//
// # Rules
//
//   - What is edited is the text of a mapping: the one that exists, or the one that package suggest proposes. Lines of columns that are not changed stay as
//     they are, with their options and comments, and so does everything that is neither columns nor match.
//   - What stands in brackets on one line is given a line for each entry before it is changed, if the text then means the same; otherwise it is not edited.
//   - A field has one column. Giving it to another one takes it from the first.
//   - After each change the workbook is checked with the new mapping, as inlet mapping check does, and the sentences about it are shown.
//   - Nothing is written before the person saves.
//
// # How it is divided
//
// Document is the text, Draft the columns and ticks of a sheet over it, Drafts those of all sheets. None of them knows the terminal. The editor shows a
// Draft and changes it; bubbletea draws.
package mappingedit
