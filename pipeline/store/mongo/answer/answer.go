// Package answer says what an error of the server or of the driver means: whose fault it is, and which rule a refused record breaks.
package answer

import (
	"context"
	"errors"
	"io"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// Fault is the kind of an error of the server. It is decided by the error's code, never by its text.
type Fault uint8

// The faults.
const (
	Unknown       Fault = iota // tried some times, and then left to a person
	RefusedRecord              // the same record will be refused again
	Conflict                   // another program wrote the record
	Temporary                  // it passes: tried again without limit
	Denied                     // a person has to change a setting of the database
)

// Meaning is what a code means; of RefusedRecord also which rule the record breaks.
type Meaning struct {
	Fault
	Reason engine.Reason
	Index  string // Unindexed: the kind of index, as its definition has it
}

// MeaningOf returns what a code means; the zero Meaning for one that is not known.
func MeaningOf(code int) Meaning { return meanings[code] }

// meanings are those of the codes that are known. What a server on PostgreSQL has no number of MongoDB's for comes as the SQLSTATE that it has
// inside; those stand beside the number that they are.
var meanings = map[int]Meaning{
	11000: {RefusedRecord, engine.Unique, ""}, 11001: {RefusedRecord, engine.Unique, ""}, 12582: {RefusedRecord, engine.Unique, ""}, sqlState("M001C"): {RefusedRecord, engine.Unique, ""},

	28: {Fault: Conflict}, sqlState("M000A"): {Fault: Conflict}, // another program keeps a number or a list where our fields have a document: {custom: 1}

	121: {RefusedRecord, engine.Forbidden, ""}, sqlState("M00CO"): {RefusedRecord, engine.Forbidden, ""}, // a validator
	66: {RefusedRecord, engine.Forbidden, ""}, sqlState("M000M"): {RefusedRecord, engine.Forbidden, ""}, // a field that may not change, such as a shard key
	61: {RefusedRecord, engine.Forbidden, ""}, sqlState("M000L"): {RefusedRecord, engine.Forbidden, ""}, // a shard key that is missing
	10003: {RefusedRecord, engine.Forbidden, ""}, // a document of a capped collection cannot grow

	10334: {RefusedRecord, engine.TooLarge, ""}, sqlState("M001B"): {RefusedRecord, engine.TooLarge, ""},
	17419: {RefusedRecord, engine.TooLarge, ""}, sqlState("M003A"): {RefusedRecord, engine.TooLarge, ""},
	17420: {RefusedRecord, engine.TooLarge, ""}, sqlState("M003B"): {RefusedRecord, engine.TooLarge, ""},

	16755: {RefusedRecord, engine.Unindexed, "2dsphere"}, sqlState("M002B"): {RefusedRecord, engine.Unindexed, "2dsphere"},
	13026: {RefusedRecord, engine.Unindexed, "2d"}, sqlState("M001E"): {RefusedRecord, engine.Unindexed, "2d"},
	13027: {RefusedRecord, engine.Unindexed, "2d"}, sqlState("M001F"): {RefusedRecord, engine.Unindexed, "2d"},
	13068: {RefusedRecord, engine.Unindexed, "2d"}, sqlState("M001G"): {RefusedRecord, engine.Unindexed, "2d"},
	16804: {RefusedRecord, engine.Unindexed, "2d"}, sqlState("M002G"): {RefusedRecord, engine.Unindexed, "2d"},
	16766: {RefusedRecord, engine.Unindexed, "hashed"}, sqlState("M002D"): {RefusedRecord, engine.Unindexed, "hashed"}, // of a list
	17261: {RefusedRecord, engine.Unindexed, "text"}, sqlState("M0036"): {RefusedRecord, engine.Unindexed, "text"}, // its language is not a text
	171: {RefusedRecord, engine.Unindexed, ""}, // of two lists
	201: {RefusedRecord, engine.Unindexed, ""}, sqlState("M00F4"): {RefusedRecord, engine.Unindexed, ""},
	17280: {RefusedRecord, engine.Unindexed, ""}, // the key is too long

	13: {Fault: Denied}, sqlState("M00ER"): {Fault: Denied}, // Unauthorized
	18: {Fault: Denied}, sqlState("M00EV"): {Fault: Denied}, // AuthenticationFailed
	11: {Fault: Denied}, 31: {Fault: Denied}, 391: {Fault: Denied}, 8000: {Fault: Denied},

	6: {Fault: Temporary}, 7: {Fault: Temporary}, 89: {Fault: Temporary}, 9001: {Fault: Temporary}, // not reached
	91: {Fault: Temporary}, 11600: {Fault: Temporary}, 11602: {Fault: Temporary}, // shuts down, or was interrupted
	189: {Fault: Temporary}, 10107: {Fault: Temporary}, 13435: {Fault: Temporary}, 13436: {Fault: Temporary}, 10058: {Fault: Temporary}, // not primary
	50: {Fault: Temporary}, 262: {Fault: Temporary}, 202: {Fault: Temporary}, 24: {Fault: Temporary}, 46: {Fault: Temporary}, // out of time
	64: {Fault: Temporary}, 79: {Fault: Temporary}, 100: {Fault: Temporary}, 133: {Fault: Temporary}, // of a write concern or a read preference
	14031: {Fault: Temporary}, 365: {Fault: Temporary}, 462: {Fault: Temporary}, 16500: {Fault: Temporary}, // no space, or overloaded
	112: {Fault: Temporary}, 63: {Fault: Temporary}, 150: {Fault: Temporary}, 13388: {Fault: Temporary}, 43: {Fault: Temporary}, 237: {Fault: Temporary}, 317: {Fault: Temporary}, // to be sent again

	sqlState("53100"): {Fault: Temporary}, sqlState("53200"): {Fault: Temporary}, sqlState("53300"): {Fault: Temporary}, // no disk, memory, connection
	sqlState("57014"): {Fault: Temporary}, sqlState("57P01"): {Fault: Temporary}, sqlState("57P02"): {Fault: Temporary}, sqlState("57P03"): {Fault: Temporary}, // ended by an administrator
	sqlState("40001"): {Fault: Temporary}, sqlState("40P01"): {Fault: Temporary}, sqlState("55P03"): {Fault: Temporary}, sqlState("25006"): {Fault: Temporary}, // locks; read-only
	sqlState("M00EU"): {Fault: Temporary}, sqlState("M00EW"): {Fault: Temporary}, sqlState("M00EX"): {Fault: Temporary}, sqlState("M00EZ"): {Fault: Temporary},
	sqlState("M00F0"): {Fault: Temporary}, sqlState("M00F1"): {Fault: Temporary}, sqlState("M00E8"): {Fault: Temporary},
}

// sqlState returns the number that PostgreSQL packs five characters into.
func sqlState(s string) int {
	n := 0
	for i := range 5 {
		n |= (int(s[i]) - '0') & 0x3f << (6 * i)
	}
	return n
}

// FaultOf returns the kind of an error of the driver.
func FaultOf(err error) Fault {
	var server driver.ServerError
	said := errors.As(err, &server)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return Unknown
	case said && hasFault(server, Denied):
		return Denied
	case driver.IsTimeout(err), driver.IsNetworkError(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return Temporary
	case !said:
		return Unknown
	case hasFault(server, Temporary):
		return Temporary
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError"} {
		if server.HasErrorLabel(label) {
			return Temporary
		}
	}
	for _, code := range server.ErrorCodes() {
		if m := meanings[code]; m.Fault != Unknown {
			return m.Fault
		}
	}
	return Unknown
}

func hasFault(err driver.ServerError, f Fault) bool {
	for _, code := range err.ErrorCodes() {
		if meanings[code].Fault == f {
			return true
		}
	}
	return false
}

// Mark wraps a temporary error, and one that an administrator of the database has to remove. Any other stays as it is.
func Mark(err error) error {
	switch FaultOf(err) {
	case Temporary:
		return &ledger.Temporary{Err: err}
	case Denied:
		return &ledger.Denied{Err: err}
	}
	return err
}
