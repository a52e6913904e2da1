// Package access says whether this process may use the files of a database, and in what words: who it is, and whose the files are.
package access
