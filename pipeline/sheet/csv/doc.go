// Package csv reads text files as rows: it finds their encoding, delimiter and way of quoting.
//
// Open reads the text once to its end, because the encoding and the quotes can only be judged by all of it. It reads the text again if it
// is not UTF-8, or if a quote is out of place. Rows then reads the records.
//
// # Why a file is refused rather than guessed
//
// A wrong encoding or a wrong quote stores wrong data without an error. So a file is read only if its encoding, and its way of quoting,
// is the only one that fits, or if the mapping states it.
//
// It does not know workbooks, sheets or mappings. Package record cuts text into fields; internal/charset knows the encodings.
package csv
