// Package mappingtest has the fields and workbooks that the tests of package mapping and its children share.
package mappingtest
