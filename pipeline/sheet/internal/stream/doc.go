// Package stream holds what the readers below package sheet share for their bytes: a reader that ends with its context, the size of a
// buffer, temporary files without a name.
package stream
