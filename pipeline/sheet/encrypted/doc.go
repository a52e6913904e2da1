// Package encrypted decrypts workbooks that are protected by a password: [MS-OFFCRYPTO], agile and standard encryption, in the container
// of [MS-CFB].
//
// # Why not excelize.Decrypt
//
// It does not check the password and returns noise if it is wrong, panics on a damaged file, allocates buffers of any size that the file
// states, and hashes the password as often as the file states. A test compares both.
package encrypted
