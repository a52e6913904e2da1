// Package claim takes workbooks out of an inbox into its claim folder, .inlet/<id>/, and finds them there again after a restart. It is the only
// package that knows that folder. It does not decide when a file is complete (package settle) and does not watch anything (package inbox).
//
// A file in an inbox belongs to the person who put it there until one rename moves it into the claim folder. From then on it is ours, and a file
// of the same name in the inbox is another arrival.
//
// # Why the manifest is written first
//
// The name that a person gave a file, and the sidecar chosen for it, must survive a crash. They are in arrival.json before the workbook is
// moved, so that every state found at a start is one of three: manifest without workbook (nothing was claimed; it is removed), workbook without
// its sidecar (the sidecar is moved now, as the manifest says), complete.
//
// # Why the sidecar is moved after the workbook and given back before it
//
// A sidecar without its workbook would be lost to the person: the next workbook of that name would be imported without it. In this order a crash
// leaves a claimed workbook at every instant, and a claimed workbook is completed at the next start.
//
// # Why a claim checks what it has moved
//
// A rename moves whatever has the name by then. So the identity of what was moved is compared with what was seen before, of the workbook and of
// its sidecar: a file that changed in between goes back and is claimed when it is complete.
//
// # Why only regular files with one name are opened
//
// Whoever may drop files may put links and pipes there. A link would have inlet read a file of another user, and a pipe would block it for good.
// A claim in which such a thing was put is left alone, and a person is asked to remove it.
package claim
