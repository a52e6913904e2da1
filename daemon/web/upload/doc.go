// Package upload draws the pages of Import records: a file is chosen, its columns are given fields, the plan of the whole file is looked at, and it is
// imported.
//
// It has no powers of its own: files, mappings and plans are kept by Keeper and Desk, which the daemon gives it. It writes no file and opens none.
//
// # Why a body is read as it comes
//
// A workbook may be a gigabyte. Its bytes go from the network to the disk of its inbox, and no form of net/http is parsed for it.
//
// # Why what was chosen comes before the files in a form
//
// A browser sends the parts of a form in the order of the page. The inbox must be known when the first byte of a file arrives.
//
// # Why an answer is drawn after what is left of a body was read
//
// A browser that is still sending shows no answer but an error of the network if the connection is closed.
package upload
