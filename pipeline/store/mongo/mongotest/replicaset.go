package mongotest

import (
	"encoding/binary"
	"net/url"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ReplicaSet makes the server look like the primary of a replica set of this name, and returns the address of a database on that. The driver then numbers
// its writes, to repeat one whose answer was lost. The server is not shown the numbers: one that is not a member of a replica set refuses them.
func (p *Proxy) ReplicaSet(t *testing.T, uri, name string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.set = name
	p.mu.Unlock()
	u.Host = p.listener.Addr().String()
	query := u.Query()
	query.Set("replicaSet", name)
	u.RawQuery = query.Encode()
	return u.String()
}

// hello is the answer of a primary of MongoDB 6.0.
func (p *Proxy) hello() bson.D {
	const mb, wireVersion = 1 << 20, 17
	address := p.listener.Addr().String()
	return bson.D{
		{Key: "helloOk", Value: true}, {Key: "ismaster", Value: true}, {Key: "isWritablePrimary", Value: true}, {Key: "secondary", Value: false},
		{Key: "setName", Value: p.set}, {Key: "setVersion", Value: 1}, {Key: "hosts", Value: bson.A{address}}, {Key: "primary", Value: address}, {Key: "me", Value: address},
		{Key: "maxBsonObjectSize", Value: 16 * mb}, {Key: "maxMessageSizeBytes", Value: 48_000_000}, {Key: "maxWriteBatchSize", Value: 100_000},
		{Key: "localTime", Value: bson.NewDateTimeFromTime(time.Now())}, {Key: "logicalSessionTimeoutMinutes", Value: 30},
		{Key: "minWireVersion", Value: 0}, {Key: "maxWireVersion", Value: wireVersion}, {Key: "readOnly", Value: false}, {Key: "ok", Value: 1.0},
	}
}

// greets reports whether a message is the first of a connection or a monitor's, which ask who the server is.
func greets(message []byte) bool {
	const opQuery = 2004
	if binary.LittleEndian.Uint32(message[12:]) == opQuery {
		return true // nothing else is sent in this form any more
	}
	name, _, _ := commandOf(message)
	return name == "hello" || name == "isMaster" || name == "ismaster"
}

// replyWith returns a message that answers another one in its own form.
func replyWith(message []byte, with bson.D) []byte {
	const header, opReply, opQuery, opMsg = 16, 1, 2004, 2013
	body, err := bson.Marshal(with)
	if err != nil {
		panic(err)
	}
	fixed, code := 5, uint32(opMsg) // flags, and the kind of the section
	if binary.LittleEndian.Uint32(message[12:]) == opQuery {
		fixed, code = 20, opReply // flags, cursor, from which, how many
	}
	reply := make([]byte, header+fixed, header+fixed+len(body))
	binary.LittleEndian.PutUint32(reply, uint32(cap(reply)))
	copy(reply[8:], message[4:8]) // to which request
	binary.LittleEndian.PutUint32(reply[12:], code)
	if code == opReply {
		binary.LittleEndian.PutUint32(reply[header+16:], 1)
	}
	return append(reply, body...)
}

// withoutNumber returns a message without the number of its write.
func withoutNumber(message []byte) []byte {
	const from = 16 + 5
	_, body, beside := commandOf(message)
	if body == nil || body.Lookup("txnNumber").IsZero() {
		return message
	}
	elements, err := body.Elements()
	if err != nil {
		panic(err)
	}
	var kept bson.D
	for _, e := range elements {
		if e.Key() != "txnNumber" {
			kept = append(kept, bson.E{Key: e.Key(), Value: e.Value()})
		}
	}
	raw, err := bson.Marshal(kept)
	if err != nil {
		panic(err)
	}
	short := append(append(append([]byte(nil), message[:from]...), raw...), beside...)
	binary.LittleEndian.PutUint32(short, uint32(len(short)))
	return short
}
