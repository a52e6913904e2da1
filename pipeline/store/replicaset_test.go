package store_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// known are the fields of the commands that are sent, as MongoDB 6.0 documents them; the first names the collection.
var known = map[string][]string{
	"insert":        {"ordered", "documents", "writeConcern", "txnNumber"},
	"update":        {"ordered", "updates", "writeConcern", "txnNumber"},
	"delete":        {"ordered", "deletes", "writeConcern", "txnNumber"},
	"find":          {"filter", "sort", "projection", "limit", "batchSize", "singleBatch"},
	"aggregate":     {"pipeline", "cursor"},
	"getMore":       {"collection", "batchSize"},
	"killCursors":   {"cursors"},
	"createIndexes": {"indexes", "writeConcern"},
	"listIndexes":   {"cursor"},
	"dropDatabase":  {"writeConcern"},
}

// everyCommand are those of every command.
var everyCommand = []string{"lsid", "$db", "maxTimeMS", "$readPreference"}

// stages are those of the pipelines that are sent.
var stages = []string{"$match", "$limit", "$project", "$group", "$unionWith", "$changeStream"}

// TestCommandsOfAReplicaSet has everything done that the store does, on a server that looks like the primary of a replica set, and holds every command
// that is sent: its fields are those of MongoDB 6.0, writes are acknowledged by a majority and can be repeated, reads are of the primary.
func TestCommandsOfAReplicaSet(t *testing.T) {
	wire, e := replicaSet(t)
	wire.Record()
	everyDocument(t, e, filepath.Join(t.TempDir(), "plan.db"))
	seen := map[string]int{}
	for _, c := range wire.Recorded() {
		seen[c.Name]++
		checkCommand(t, c)
	}
	for _, name := range []string{"insert", "update", "delete", "find", "aggregate"} {
		if seen[name] == 0 {
			t.Errorf("no %s is among %v", name, seen)
		}
	}
}

// replicaSet opens an empty database on a server that looks like the primary of a replica set.
func replicaSet(t *testing.T) (*mongotest.Proxy, *mongo.Engine) {
	t.Helper()
	db := newDatabase(t)
	server := os.Getenv("INLET_TEST_MONGODB")
	wire := mongotest.New(t, server)
	e, err := mongo.Open(t.Context(), wire.ReplicaSet(t, strings.TrimSuffix(server, "/")+"/"+db.Name(), "rs0"))
	must(t, err)
	t.Cleanup(func() { e.Close(context.Background()) })
	return wire, e
}

func checkCommand(t *testing.T, c mongotest.Command) {
	t.Helper()
	elements, err := c.Body.Elements()
	must(t, err)
	fields := known[c.Name]
	for _, element := range elements[1:] {
		if !slices.Contains(fields, element.Key()) && !slices.Contains(everyCommand, element.Key()) {
			t.Errorf("%s has the field %s, which is not among %v", c, element.Key(), fields)
		}
	}
	if _, has := c.Body.Lookup("lsid").DocumentOK(); !has {
		t.Errorf("%s is of no session: %s", c, c.Body)
	}
	if mode, has := c.Body.Lookup("$readPreference", "mode").StringValueOK(); has && !strings.HasPrefix(mode, "primary") {
		t.Errorf("%s reads from %s", c, mode)
	}
	switch c.Name {
	case "insert", "update", "delete":
		majority, _ := c.Body.Lookup("writeConcern", "w").StringValueOK()
		journaled, _ := c.Body.Lookup("writeConcern", "j").BooleanOK()
		if majority != "majority" || !journaled {
			t.Errorf("%s is written with %s", c, c.Body.Lookup("writeConcern"))
		}
		limit, limited := c.First.Lookup("limit").AsInt64OK()
		multi, _ := c.First.Lookup("multi").BooleanOK()
		many := limited && limit == 0 || multi
		if _, numbered := c.Body.Lookup("txnNumber").AsInt64OK(); numbered == many {
			t.Errorf("%s of many: %t; can be repeated: %t: %s", c, many, numbered, c.Body)
		}
	case "aggregate":
		checkStages(t, c, c.Body.Lookup("pipeline"))
	}
}

func checkStages(t *testing.T, c mongotest.Command, pipeline bson.RawValue) {
	t.Helper()
	all, err := pipeline.Array().Values()
	must(t, err)
	for _, stage := range all {
		elements, err := stage.Document().Elements()
		must(t, err)
		if len(elements) != 1 || !slices.Contains(stages, elements[0].Key()) {
			t.Errorf("%s has the stage %s", c, stage)
		}
		if inner, ok := elements[0].Value().DocumentOK(); ok && elements[0].Key() == "$unionWith" {
			checkStages(t, c, inner.Lookup("pipeline"))
		}
	}
}

// TestWriteIsRepeated: where a server steps down, or the connection breaks after a write was made, the driver repeats the write with the same number.
func TestWriteIsRepeated(t *testing.T) {
	wire, e := replicaSet(t)
	doc := engine.Doc{ID: "a", Order: "a", Body: []byte(`{}`)}
	wire.Record()
	wire.Answer("insert", bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: 10107}, {Key: "codeName", Value: "NotWritablePrimary"}, {Key: "errmsg", Value: "not primary"},
		{Key: "errorLabels", Value: bson.A{"RetryableWriteError"}}}, 1)
	if fresh, err := e.Insert(t.Context(), engine.Meta, doc); !fresh || err != nil {
		t.Errorf("inserted: %t, %v", fresh, err)
	}
	var numbers []int64
	for _, c := range wire.Recorded() {
		if n, ok := c.Body.Lookup("txnNumber").AsInt64OK(); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) != 2 || numbers[0] != numbers[1] {
		t.Errorf("the numbers of the writes are %v", numbers)
	}
}
