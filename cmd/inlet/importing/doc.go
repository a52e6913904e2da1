// Package importing has the commands that import one workbook or say what that would do: import, plan, approve and discard.
//
// They call the pipeline as the daemon does, and share its store with it. A workbook that came from an inbox is moved as the daemon would have moved it; one
// that was named on the command line stays where it is.
package importing
