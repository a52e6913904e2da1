// Package rehearsal is a store as a plan sees it: what is there, and over it what the rows of the plan would write. Those go to a scratch database;
// nothing is written to the store itself.
//
// # Why a database and not memory
//
// Row n sees what the rows before it wrote, so a plan has to remember every record that it touches. A file of a million rows would take a gigabyte
// of memory. With a scratch database the plan also runs the code that the import will run, so the two cannot differ.
package rehearsal
