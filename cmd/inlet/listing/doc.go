// Package listing shows the imports of a store, and the workbooks that wait for theirs: as tables for people, and as JSON for scripts.
//
// # Why the JSON has types of its own
//
// An import as it is stored has what inlet needs to continue it. Scripts rely on what deploy/README.md describes, which is [Import] and [Waiting]:
// a key is added there when it is needed, and none is removed or changes its meaning.
package listing
