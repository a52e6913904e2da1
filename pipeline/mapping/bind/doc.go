// Package bind lays a mapping on the headings of one sheet and makes drafts of the sheet's rows.
//
// It does not find the headings (package layout) and does not convert single cells (package convert).
//
// # Why the columns of a rejected workbook are recognised
//
// The workbook of rejected rows has columns that say what was wrong with each row. A person corrects it and drops it again, often without
// removing them. Their headings must not be taken for fields (Cell is also a mobile phone), and columns that the mapping names by letter
// are counted without them.
//
// # Why a row with filled fields beyond the headings is rejected
//
// In delimited text an unquoted delimiter shifts every value after it by one column. Such a row looks whole and has wrong values.
package bind
