// Package api serves the JSON API below /api/v1/, for programs: the same as the pages, under the same rules of who may do what. It is described at
// /api/openapi.json, which is made of the code.
//
// # Why its nouns are not those of the ledger
//
// What is stored changes with versions of inlet and migrates; what programs rely on does not. So the API has nouns of its own, with few fields.
package api
