// Package uploads keeps the files that people upload on the pages until they import or discard them.
//
// An upload is in .inlet/uploads/ID/ of its inbox: upload.json says whose it is and how far it is, in/ has the workbook and its mapping, plan/ what the
// import would do. It survives a restart, is removed after a week, and all of them together have a limit. Importing one is two renames into the
// inbox: from then on it is a file like any other.
//
// # Why in the inbox
//
// A rename moves it whole or not at all, and only within one disk. An inbox that can be reached has room for what is going to be imported from it.
//
// # Why the mapping goes first
//
// A workbook that arrives without its mapping may be claimed without it. A mapping alone waits for its workbook. A crash between the two is made good at
// the next start: upload.json has the name that was chosen, before the first rename.
//
// # Why the name of a file is never a path
//
// Whoever uploads a file chooses its name. What is kept of it is the last part of a path of either kind of system, without anything that is not
// printed, of a length that every disk takes.
package uploads
