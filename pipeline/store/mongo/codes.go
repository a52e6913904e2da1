package mongo

import (
	"context"
	"errors"
	"io"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
)

// fault is the kind of an error of the server. It is decided by the error's code, never by its text.
type fault uint8

const (
	unknown       fault = iota // tried some times, and then left to a person
	refusedRecord              // the same record will be refused again
	conflict                   // another program wrote the record
	temporary                  // it passes: tried again without limit
	denied                     // a person has to change a setting of the database
)

// meaning is what a code means; of refusedRecord also which rule the record breaks.
type meaning struct {
	fault
	reason engine.Reason
	index  string // Unindexed: the kind of index, as its definition has it
}

// meanings are those of the codes that are known. What a server on PostgreSQL has no number of MongoDB's for comes as the SQLSTATE that it has
// inside; those stand beside the number that they are.
var meanings = map[int]meaning{
	11000: {refusedRecord, engine.Unique, ""}, 11001: {refusedRecord, engine.Unique, ""}, 12582: {refusedRecord, engine.Unique, ""}, sqlState("M001C"): {refusedRecord, engine.Unique, ""},

	28: {fault: conflict}, sqlState("M000A"): {fault: conflict}, // another program keeps a number or a list where our fields have a document: {custom: 1}

	121: {refusedRecord, engine.Forbidden, ""}, sqlState("M00CO"): {refusedRecord, engine.Forbidden, ""}, // a validator
	66: {refusedRecord, engine.Forbidden, ""}, sqlState("M000M"): {refusedRecord, engine.Forbidden, ""}, // a field that may not change, such as a shard key
	61: {refusedRecord, engine.Forbidden, ""}, sqlState("M000L"): {refusedRecord, engine.Forbidden, ""}, // a shard key that is missing
	10003: {refusedRecord, engine.Forbidden, ""}, // a document of a capped collection cannot grow

	10334: {refusedRecord, engine.TooLarge, ""}, sqlState("M001B"): {refusedRecord, engine.TooLarge, ""},
	17419: {refusedRecord, engine.TooLarge, ""}, sqlState("M003A"): {refusedRecord, engine.TooLarge, ""},
	17420: {refusedRecord, engine.TooLarge, ""}, sqlState("M003B"): {refusedRecord, engine.TooLarge, ""},

	16755: {refusedRecord, engine.Unindexed, "2dsphere"}, sqlState("M002B"): {refusedRecord, engine.Unindexed, "2dsphere"},
	13026: {refusedRecord, engine.Unindexed, "2d"}, sqlState("M001E"): {refusedRecord, engine.Unindexed, "2d"},
	13027: {refusedRecord, engine.Unindexed, "2d"}, sqlState("M001F"): {refusedRecord, engine.Unindexed, "2d"},
	13068: {refusedRecord, engine.Unindexed, "2d"}, sqlState("M001G"): {refusedRecord, engine.Unindexed, "2d"},
	16804: {refusedRecord, engine.Unindexed, "2d"}, sqlState("M002G"): {refusedRecord, engine.Unindexed, "2d"},
	16766: {refusedRecord, engine.Unindexed, "hashed"}, sqlState("M002D"): {refusedRecord, engine.Unindexed, "hashed"}, // of a list
	17261: {refusedRecord, engine.Unindexed, "text"}, sqlState("M0036"): {refusedRecord, engine.Unindexed, "text"}, // its language is not a text
	171: {refusedRecord, engine.Unindexed, ""}, // of two lists
	201: {refusedRecord, engine.Unindexed, ""}, sqlState("M00F4"): {refusedRecord, engine.Unindexed, ""},
	17280: {refusedRecord, engine.Unindexed, ""}, // the key is too long

	13: {fault: denied}, sqlState("M00ER"): {fault: denied}, // Unauthorized
	18: {fault: denied}, sqlState("M00EV"): {fault: denied}, // AuthenticationFailed
	11: {fault: denied}, 31: {fault: denied}, 391: {fault: denied}, 8000: {fault: denied},

	6: {fault: temporary}, 7: {fault: temporary}, 89: {fault: temporary}, 9001: {fault: temporary}, // not reached
	91: {fault: temporary}, 11600: {fault: temporary}, 11602: {fault: temporary}, // shuts down, or was interrupted
	189: {fault: temporary}, 10107: {fault: temporary}, 13435: {fault: temporary}, 13436: {fault: temporary}, 10058: {fault: temporary}, // not primary
	50: {fault: temporary}, 262: {fault: temporary}, 202: {fault: temporary}, 24: {fault: temporary}, 46: {fault: temporary}, // out of time
	64: {fault: temporary}, 79: {fault: temporary}, 100: {fault: temporary}, 133: {fault: temporary}, // of a write concern or a read preference
	14031: {fault: temporary}, 365: {fault: temporary}, 462: {fault: temporary}, 16500: {fault: temporary}, // no space, or overloaded
	112: {fault: temporary}, 63: {fault: temporary}, 150: {fault: temporary}, 13388: {fault: temporary}, 43: {fault: temporary}, 237: {fault: temporary}, 317: {fault: temporary}, // to be sent again

	sqlState("53100"): {fault: temporary}, sqlState("53200"): {fault: temporary}, sqlState("53300"): {fault: temporary}, // no disk, memory, connection
	sqlState("57014"): {fault: temporary}, sqlState("57P01"): {fault: temporary}, sqlState("57P02"): {fault: temporary}, sqlState("57P03"): {fault: temporary}, // ended by an administrator
	sqlState("40001"): {fault: temporary}, sqlState("40P01"): {fault: temporary}, sqlState("55P03"): {fault: temporary}, sqlState("25006"): {fault: temporary}, // locks; read-only
	sqlState("M00EU"): {fault: temporary}, sqlState("M00EW"): {fault: temporary}, sqlState("M00EX"): {fault: temporary}, sqlState("M00EZ"): {fault: temporary},
	sqlState("M00F0"): {fault: temporary}, sqlState("M00F1"): {fault: temporary}, sqlState("M00E8"): {fault: temporary},
}

// sqlState returns the number that PostgreSQL packs five characters into.
func sqlState(s string) int {
	n := 0
	for i := range 5 {
		n |= (int(s[i]) - '0') & 0x3f << (6 * i)
	}
	return n
}

// faultOf returns the kind of an error of the driver.
func faultOf(err error) fault {
	var server driver.ServerError
	said := errors.As(err, &server)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return unknown
	case said && hasFault(server, denied):
		return denied
	case driver.IsTimeout(err), driver.IsNetworkError(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return temporary
	case !said:
		return unknown
	case hasFault(server, temporary):
		return temporary
	}
	for _, label := range []string{"RetryableWriteError", "RetryableReadError", "TransientTransactionError"} {
		if server.HasErrorLabel(label) {
			return temporary
		}
	}
	for _, code := range server.ErrorCodes() {
		if m := meanings[code]; m.fault != unknown {
			return m.fault
		}
	}
	return unknown
}

func hasFault(err driver.ServerError, f fault) bool {
	for _, code := range err.ErrorCodes() {
		if meanings[code].fault == f {
			return true
		}
	}
	return false
}

// markFault wraps a temporary error, and one that an administrator of the database has to remove. Any other stays as it is.
func markFault(err error) error {
	switch faultOf(err) {
	case temporary:
		return &ledger.Temporary{Err: err}
	case denied:
		return &ledger.Denied{Err: err}
	}
	return err
}
