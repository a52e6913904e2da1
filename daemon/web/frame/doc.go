// Package frame is what all pages have in common: the layout with its icons, the login, errors as pages, the switches of language and store, and how a
// page is drawn and guarded. The pages themselves are in the packages beside it.
//
// # Why html/template and one set of templates per language
//
// Names of files, headings and cells are chosen by whoever can drop a file. html/template escapes them wherever they stand. The words of a page are
// looked up while it is drawn, so a set is made for each language.
//
// # Why a page is drawn whole before anything is sent
//
// An error in the middle would leave half a page, and a status that says all went well.
package frame
