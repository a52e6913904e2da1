// Package fieldmap draws the page of an upload on which its columns are given fields: the guide's table Namn, Datatyp, Matcha, the settings that hold for
// all rows, and who is notified.
//
// # Why a form is laid over what there is
//
// A person sees some of the keys of a mapping. What the page does not show comes from the draft, and is still there when the form has been sent.
package fieldmap
