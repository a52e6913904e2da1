package mongotest

import (
	"encoding/binary"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Command is one that was sent.
type Command struct {
	Name       string
	Collection string   // "" where it names none
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
func (p *Proxy) note(name string, body bson.Raw) {
	switch name {
	case "hello", "isMaster", "ismaster", "endSessions", "ping":
		return
	}
	if !p.records {
		return
	}
	collection, _ := body.Lookup(name).StringValueOK()
	if name == "getMore" {
		collection, _ = body.Lookup("collection").StringValueOK()
	}
	p.recorded = append(p.recorded, Command{name, collection, slices.Clone(body)})
}

// commandOf returns the command that a message is, and its name; nil if it is none.
func commandOf(message []byte) (name string, body bson.Raw) {
	const header, opMsg = 16, 2013
	if binary.LittleEndian.Uint32(message[12:]) != opMsg || message[header+4] != 0 { // flags, and a section that is the command
		return "", nil
	}
	body = bson.Raw(message[header+5:][:binary.LittleEndian.Uint32(message[header+5:])])
	elements, err := body.Elements()
	if err != nil || len(elements) == 0 {
		return "", nil
	}
	return elements[0].Key(), body
}
