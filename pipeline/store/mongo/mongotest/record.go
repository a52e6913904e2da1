package mongotest

import (
	"context"
	"encoding/binary"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// Command is one that was sent.
type Command struct {
	Name       string
	Collection string   // "" where it names none
	First      bson.Raw // of the documents that are sent beside it, or of its statements
	Body       bson.Raw // without the documents that are sent beside it
}

// String is its name and its collection.
func (c Command) String() string { return c.Name + " " + c.Collection }

// Record notes the commands from now on, without those before.
func (p *Proxy) Record() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.records, p.recorded = true, nil
}

// Recorded is what was sent since Record, without what the driver asks by itself.
func (p *Proxy) Recorded() []Command {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.recorded)
}

// note records a command. It is called with p.mu.
func (p *Proxy) note(name string, body bson.Raw, beside []byte) {
	switch name {
	case "hello", "isMaster", "ismaster", "endSessions", "ping":
		return
	}
	if !p.records {
		return
	}
	c := Command{Name: name, Body: slices.Clone(body)}
	c.Collection, _ = body.Lookup(name).StringValueOK()
	if name == "getMore" {
		c.Collection, _ = body.Lookup("collection").StringValueOK()
	}
	c.First = slices.Clone(firstOf(beside))
	if list, ok := body.Lookup(lists[name]).ArrayOK(); ok && c.First == nil {
		if first, err := list.IndexErr(0); err == nil {
			c.First, _ = first.DocumentOK()
		}
	}
	p.recorded = append(p.recorded, c)
}

// lists are the fields that statements are in.
var lists = map[string]string{"insert": "documents", "update": "updates", "delete": "deletes"}

// firstOf returns the first document of the section that is sent beside a command; nil if there is none.
func firstOf(section []byte) bson.Raw {
	const sequence = 1
	if len(section) < 5 || section[0] != sequence {
		return nil
	}
	end := slices.Index(section[5:], 0) // of its name
	if end < 0 {
		return nil
	}
	doc := bson.Raw(section[5+end+1:])
	return doc[:binary.LittleEndian.Uint32(doc)]
}

// commandOf returns the command that a message is, its name, and the sections behind it; nil if it is none.
func commandOf(message []byte) (name string, body bson.Raw, beside []byte) {
	const header, opMsg = 16, 2013
	if binary.LittleEndian.Uint32(message[12:]) != opMsg || message[header+4] != 0 { // flags, and a section that is the command
		return "", nil, nil
	}
	from := message[header+5:]
	length := binary.LittleEndian.Uint32(from)
	body = bson.Raw(from[:length])
	elements, err := body.Elements()
	if err != nil || len(elements) == 0 {
		return "", nil, nil
	}
	return elements[0].Key(), body, from[length:]
}

// Drop removes the database that a URI names when the test ends.
func Drop(t *testing.T, uri string) {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.Background()
		c, err := connstring.ParseAndValidate(uri)
		if err != nil {
			t.Fatal(err)
		}
		client, err := mongo.Connect(options.Client().ApplyURI(uri))
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Database(c.Database).Drop(ctx); err != nil {
			t.Error(err)
		}
		_ = client.Disconnect(ctx)
	})
}
