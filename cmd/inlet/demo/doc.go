// Package demo shows what inlet does: the real daemon on a folder of its own, and the commands that people use beside it.
//
// # Rules
//
//   - Nothing is simulated. The workbooks are changed as a person would change them in Excel, cell by cell, and every line of a result is printed by
//     what prints it in the commands.
//   - The store must be empty: a demonstration among the records of others would change them.
package demo
