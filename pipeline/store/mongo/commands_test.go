package mongo_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/storetest"
)

// commands counts what is sent to the server.
type commands struct {
	mu   sync.Mutex
	sent map[string]int
}

func (c *commands) monitor() mongo.Option {
	return mongo.Monitor(&event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sent[e.CommandName]++
	}})
}

// during wants do to send these commands and no others; getMore depends on how much a server puts into an answer.
func (c *commands) during(t *testing.T, want map[string]int, do func()) {
	t.Helper()
	c.mu.Lock()
	c.sent = map[string]int{}
	c.mu.Unlock()
	do()
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.sent, "getMore")
	if !maps.Equal(c.sent, want) {
		t.Errorf("sent %v, not %v", c.sent, want)
	}
}

func id(n int) string { return fmt.Sprintf("%024x", n) }

// mixed are n writes, half of them new contacts from first on, half updates of those before first.
func mixed(first, n int, mark int64) []engine.Write {
	var writes []engine.Write
	for i := range n / 2 {
		writes = append(writes,
			engine.Write{New: true, ID: id(first + i), ParentID: id(1), Seq: int64(first + i), Mark: 1, At: at, Hashes: []int64{int64(first + i)},
				Set: crm.Values{{Field: "name", Value: crm.TextValue("a")}}},
			engine.Write{ID: id(first - 1 - i), Expect: 1, Mark: mark, At: at, Before: crm.Values{{Field: "name", Value: crm.TextValue("a")}},
				Set: crm.Values{{Field: "name", Value: crm.TextValue("b")}}})
	}
	return writes
}

func TestCommandsDoNotGrowWithTheBatch(t *testing.T) {
	c := &commands{sent: map[string]int{}}
	e := open(t, newDatabase(t), c.monitor())
	results := func(writes []engine.Write) map[engine.Result]int {
		got, err := e.Write(t.Context(), crm.Contact, writes)
		if err != nil {
			t.Fatal(err)
		}
		counts := map[engine.Result]int{}
		for _, r := range got {
			counts[r]++
		}
		return counts
	}
	given := mixed(1000, 1000, 2) // the updates find nothing yet
	results(given)
	writes := mixed(1500, 1000, 3)
	c.during(t, map[string]int{"insert": 2, "update": 2}, func() { // as many as there may be at once
		if got := results(writes); got[engine.Written] != 1000 {
			t.Errorf("results %v", got)
		}
	})
	c.during(t, map[string]int{"insert": 2, "update": 2, "find": 1}, func() {
		if got := results(writes); got[engine.Already] != 1000 {
			t.Errorf("results when repeated %v", got)
		}
	})
	var hashes []int64
	var ids []string
	for n := 1000; n < 2000; n++ {
		hashes, ids = append(hashes, int64(n)), append(ids, id(n))
	}
	c.during(t, map[string]int{"find": 1}, func() { e.Find(t.Context(), crm.Contact, hashes) })
	c.during(t, map[string]int{"find": 1}, func() { e.ByID(t.Context(), crm.Contact, ids) })
	all := engine.Refresh{Keying: engine.Keying{Generation: 1}, Hashes: func(*crm.Record) []int64 { return nil }}
	e.Refresh(t.Context(), crm.Account, all) // finds out that there is no change stream
	c.during(t, map[string]int{"find": 1, "update": 1}, func() { e.Refresh(t.Context(), crm.Contact, all) })
	c.during(t, map[string]int{"find": 1}, func() { e.Refresh(t.Context(), crm.Contact, all) })
	c.during(t, map[string]int{"aggregate": 1}, func() { e.Children(t.Context(), crm.Contact, ids) })
	var gone []engine.Write
	for n := 1500; n < 2000; n++ {
		gone = append(gone, engine.Write{Remove: true, ID: id(n), ParentID: id(1), Expect: 1, Mark: 9, At: at, Before: crm.Values{{Field: "name", Value: crm.TextValue("a")}}})
	}
	c.during(t, map[string]int{"delete": 1}, func() {
		if got := results(gone); got[engine.Written] != len(gone) {
			t.Errorf("results of removals %v", got)
		}
	})
	c.during(t, map[string]int{"delete": 1, "find": 1}, func() { results(gone) })
	c.during(t, map[string]int{"find": 1}, func() { e.Scan(t.Context(), crm.Contact, engine.Position{Seq: 1000, ID: id(1000)}, 100) })
}

// A document of 16 MB is the most there is; a batch may be larger, and is sent in parts.
func TestLargeBatch(t *testing.T) {
	e := open(t, newDatabase(t))
	var writes []engine.Write
	for i := range 12 {
		text := crm.TextValue(string(make([]byte, 5<<20)))
		writes = append(writes, engine.Write{New: true, ID: bson.NewObjectID().Hex(), Seq: int64(i + 1), Mark: 1, At: at,
			Set: crm.Values{{Field: "notes", Value: text}}})
	}
	results, err := e.Write(t.Context(), crm.Account, writes)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r != engine.Written {
			t.Fatalf("results %v", results)
		}
	}
}

func BenchmarkEngine(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) engine.Engine { return open(b, newDatabase(b)) })
}
