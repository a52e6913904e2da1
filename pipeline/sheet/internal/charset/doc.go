// Package charset knows the encodings that text may have, and finds out which one it has.
//
// Lookup finds an encoding by name. UTF8Check tells UTF-8 from others. Words chooses among the code pages of one byte per character, by
// the words of the whole text.
//
// # Why letters and not frequencies
//
// A customer list has few letters beyond ASCII, so their frequencies say little. Instead each language has a small alphabet, and a code
// page fits if one of its languages has all the letters of the text. If several fit with different texts, none is chosen, because a wrong
// letter in a name would be stored without an error.
package charset
