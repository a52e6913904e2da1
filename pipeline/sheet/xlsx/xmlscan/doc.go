// Package xmlscan cuts XML into tags without copying it.
//
// A Scanner allocates nothing per tag: what it shows is in one recycled buffer and is gone with the next step. It refuses what is not
// well-formed, and any DOCTYPE.
//
// # Why there are two ways
//
// The scanner knows only UTF-8 and no namespaces. A part that needs more (prefixes, UTF-16, strict OOXML) is rewritten by encoding/xml
// into the normal form while it is read, and goes through the same scanner: see Normalize. So only one place knows what rows, cells and
// texts mean, and the two ways cannot differ.
package xmlscan
