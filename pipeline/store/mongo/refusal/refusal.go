// Package refusal finds out why the database refused records: which value, which index, whose value it has.
package refusal

import (
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
)

// MostDocument is how many bytes MongoDB takes as a document.
const MostDocument = 16 << 20

// Refusal is what a server said about one write that it refused.
type Refusal struct {
	Code   int
	Fields []string      // that a validator names
	Unfit  *engine.Unfit // why it was not sent at all; nil: it was, or it is too large
}

// Of returns the writes that were refused because the record is not as expected, or for what it holds, by their places. Any other error
// stays one, without the server's words: they quote what was to be written.
func Of(err error) (map[int]Refusal, error) {
	var bulk driver.BulkWriteException
	if err == nil || !errors.As(err, &bulk) || bulk.WriteConcernError != nil {
		return nil, err
	}
	failed := make(map[int]Refusal, len(bulk.WriteErrors))
	var strange error
	for _, w := range bulk.WriteErrors {
		switch answer.MeaningOf(w.Code).Fault {
		case answer.RefusedRecord, answer.Conflict:
			failed[w.Index] = Refusal{Code: w.Code, Fields: named(w.Details)}
		case answer.Temporary:
			return nil, &ledger.Temporary{Err: fmt.Errorf("the server could not perform %d of the writes, one with code %d", len(bulk.WriteErrors), w.Code)}
		case answer.Denied:
			strange = &ledger.Denied{Err: fmt.Errorf("the server did not permit %d of the writes, one with code %d", len(bulk.WriteErrors), w.Code)}
		default:
			strange = fmt.Errorf("the server rejected %d of the writes, one with code %d; see its log", len(bulk.WriteErrors), w.Code)
		}
	}
	return failed, strange
}

// named returns the fields that a validator's report names, wherever in it they stand.
func named(details bson.Raw) []string {
	var all []string
	elements, _ := details.Elements()
	for _, e := range elements {
		v := e.Value()
		switch e.Key() {
		case "propertyName":
			if name, ok := v.StringValueOK(); ok {
				all = append(all, name)
			}
			continue
		case "missingProperties":
			if list, ok := v.ArrayOK(); ok {
				values, _ := list.Values()
				for _, value := range values {
					if name, ok := value.StringValueOK(); ok {
						all = append(all, name)
					}
				}
			}
			continue
		case "consideredValue": // may be all of the record
			continue
		}
		if doc, ok := v.DocumentOK(); ok {
			all = append(all, named(doc)...)
		} else if list, ok := v.ArrayOK(); ok {
			all = append(all, named(bson.Raw(list))...)
		}
	}
	return all
}
