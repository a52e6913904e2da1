package mongo

import (
	"context"
	"errors"
	"io"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// fault is whose fault an error of the server is. It is decided by the error's code, never by its text.
type fault uint8

const (
	unknown  fault = iota // tried some times, and then a person looks
	ofRecord              // the same record will be refused again
	conflict              // somebody else wrote the record
	ofWorld               // it passes: tried again without limit
	ofPerson              // somebody has to change a setting of the database
)

// meaning is what a code says: of ofRecord also which rule the record breaks.
type meaning struct {
	fault
	reason engine.Reason
	index  string // Unindexed: the kind of index, as its definition has it
}

// meanings are those of the codes that are known. What a server on PostgreSQL has no number of MongoDB's for comes as the SQLSTATE that it has
// inside; those stand beside the number that they are.
var meanings = map[int]meaning{
	11000: {ofRecord, engine.Unique, ""}, 11001: {ofRecord, engine.Unique, ""}, 12582: {ofRecord, engine.Unique, ""}, sqlState("M001C"): {ofRecord, engine.Unique, ""},

	28: {fault: conflict}, sqlState("M000A"): {fault: conflict}, // somebody keeps a number or a list where our fields have a document: {custom: 1}

	121: {ofRecord, engine.Forbidden, ""}, sqlState("M00CO"): {ofRecord, engine.Forbidden, ""}, // a validator
	66: {ofRecord, engine.Forbidden, ""}, sqlState("M000M"): {ofRecord, engine.Forbidden, ""}, // a field that may not change, such as a shard key
	61: {ofRecord, engine.Forbidden, ""}, sqlState("M000L"): {ofRecord, engine.Forbidden, ""}, // a shard key that is missing
	10003: {ofRecord, engine.Forbidden, ""}, // a document of a capped collection cannot grow

	10334: {ofRecord, engine.TooLarge, ""}, sqlState("M001B"): {ofRecord, engine.TooLarge, ""},
	17419: {ofRecord, engine.TooLarge, ""}, sqlState("M003A"): {ofRecord, engine.TooLarge, ""},
	17420: {ofRecord, engine.TooLarge, ""}, sqlState("M003B"): {ofRecord, engine.TooLarge, ""},

	16755: {ofRecord, engine.Unindexed, "2dsphere"}, sqlState("M002B"): {ofRecord, engine.Unindexed, "2dsphere"},
	13026: {ofRecord, engine.Unindexed, "2d"}, sqlState("M001E"): {ofRecord, engine.Unindexed, "2d"},
	13027: {ofRecord, engine.Unindexed, "2d"}, sqlState("M001F"): {ofRecord, engine.Unindexed, "2d"},
	13068: {ofRecord, engine.Unindexed, "2d"}, sqlState("M001G"): {ofRecord, engine.Unindexed, "2d"},
	16804: {ofRecord, engine.Unindexed, "2d"}, sqlState("M002G"): {ofRecord, engine.Unindexed, "2d"},
	16766: {ofRecord, engine.Unindexed, "hashed"}, sqlState("M002D"): {ofRecord, engine.Unindexed, "hashed"}, // of a list
	17261: {ofRecord, engine.Unindexed, "text"}, sqlState("M0036"): {ofRecord, engine.Unindexed, "text"}, // its language is not a text
	171: {ofRecord, engine.Unindexed, ""}, // of two lists
	201: {ofRecord, engine.Unindexed, ""}, sqlState("M00F4"): {ofRecord, engine.Unindexed, ""},
	17280: {ofRecord, engine.Unindexed, ""}, // the key is too long

	13: {fault: ofPerson}, sqlState("M00ER"): {fault: ofPerson}, // Unauthorized
	18: {fault: ofPerson}, sqlState("M00EV"): {fault: ofPerson}, // AuthenticationFailed
	11: {fault: ofPerson}, 31: {fault: ofPerson}, 391: {fault: ofPerson}, 8000: {fault: ofPerson},

	6: {fault: ofWorld}, 7: {fault: ofWorld}, 89: {fault: ofWorld}, 9001: {fault: ofWorld}, // not reached
	91: {fault: ofWorld}, 11600: {fault: ofWorld}, 11602: {fault: ofWorld}, // shuts down, or was interrupted
	189: {fault: ofWorld}, 10107: {fault: ofWorld}, 13435: {fault: ofWorld}, 13436: {fault: ofWorld}, 10058: {fault: ofWorld}, // not primary
	50: {fault: ofWorld}, 262: {fault: ofWorld}, 202: {fault: ofWorld}, 24: {fault: ofWorld}, 46: {fault: ofWorld}, // out of time
	64: {fault: ofWorld}, 79: {fault: ofWorld}, 100: {fault: ofWorld}, 133: {fault: ofWorld}, // of a write concern or a read preference
	14031: {fault: ofWorld}, 365: {fault: ofWorld}, 462: {fault: ofWorld}, 16500: {fault: ofWorld}, // no space, or overloaded
	112: {fault: ofWorld}, 63: {fault: ofWorld}, 150: {fault: ofWorld}, 13388: {fault: ofWorld}, 43: {fault: ofWorld}, 237: {fault: ofWorld}, 317: {fault: ofWorld}, // to be sent again

	sqlState("53100"): {fault: ofWorld}, sqlState("53200"): {fault: ofWorld}, sqlState("53300"): {fault: ofWorld}, // no disk, memory, connection
	sqlState("57014"): {fault: ofWorld}, sqlState("57P01"): {fault: ofWorld}, sqlState("57P02"): {fault: ofWorld}, sqlState("57P03"): {fault: ofWorld}, // ended by somebody
	sqlState("40001"): {fault: ofWorld}, sqlState("40P01"): {fault: ofWorld}, sqlState("55P03"): {fault: ofWorld}, sqlState("25006"): {fault: ofWorld}, // locks; read-only
	sqlState("M00EU"): {fault: ofWorld}, sqlState("M00EW"): {fault: ofWorld}, sqlState("M00EX"): {fault: ofWorld}, sqlState("M00EZ"): {fault: ofWorld},
	sqlState("M00F0"): {fault: ofWorld}, sqlState("M00F1"): {fault: ofWorld}, sqlState("M00E8"): {fault: ofWorld},
}

// sqlState returns the number that PostgreSQL packs five characters into.
func sqlState(s string) int {
	n := 0
	for i := range 5 {
		n |= (int(s[i]) - '0') & 0x3f << (6 * i)
	}
	return n
}

// faultOf says whose fault an error of the driver is.
func faultOf(err error) fault {
	var server driver.ServerError
	said := errors.As(err, &server)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return unknown
	case said && has(server, ofPerson):
		return ofPerson
	case driver.IsTimeout(err), driver.IsNetworkError(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ofWorld
	case !said:
		return unknown
	case has(server, ofWorld):
		return ofWorld
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError"} {
		if server.HasErrorLabel(label) {
			return ofWorld
		}
	}
	for _, code := range server.ErrorCodes() {
		if m := meanings[code]; m.fault != unknown {
			return m.fault
		}
	}
	return unknown
}

func has(err driver.ServerError, f fault) bool {
	for _, code := range err.ErrorCodes() {
		if meanings[code].fault == f {
			return true
		}
	}
	return false
}

// marked marks an error that is the world's, and one that is for who runs the database. Any other stays as it is.
func marked(err error) error {
	switch faultOf(err) {
	case ofWorld:
		return &ledger.Temporary{Err: err}
	case ofPerson:
		return &ledger.Denied{Err: err}
	}
	return err
}
