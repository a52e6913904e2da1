// Package document turns records into documents of MongoDB and back, and writes of records into filters and updates. It asks no server: see mongo,
// whose package comment says what the documents look like and why.
package document
