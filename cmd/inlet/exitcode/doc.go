// Package exitcode gives the commands their exit codes.
//
// A command returns an error that has a code; main prints the error and ends the process. No command ends it itself: its store would stay open.
//
// # Why a store that cannot be reached has a code of its own
//
// A script may repeat a command that ended with 5: what was wrong passes by itself. What ended with 1 ends so again until a person has corrected something.
package exitcode
