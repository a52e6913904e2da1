// Package inspect reads what a server of MongoDB and the database of a store there say about themselves, for a person who looks for a fault. It changes nothing.
package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
)

// Place is a collection of the store, with the keys of the indexes that inlet needs there.
type Place struct {
	Kind       crm.Kind // of its records; "" for a collection of inlet's own documents
	Collection *driver.Collection
	Indexes    []bson.D
}

// hello is what a server says about its part in a cluster.
type hello struct {
	Set       string    `bson:"setName"`
	Message   string    `bson:"msg"`
	LocalTime time.Time `bson:"localTime"`
}

// buildInfo is what a server says about its version. Ferret is that of a server that stores in PostgreSQL.
type buildInfo struct {
	Version string `bson:"version"`
	Ferret  struct {
		Version string `bson:"version"`
	} `bson:"ferretdb"`
}

// Take reads all of it. What the user of the database may not read is left out.
func Take(ctx context.Context, db *driver.Database, places []Place) (engine.Facts, error) {
	f := engine.Facts{Records: map[crm.Kind]int64{}, Product: "MongoDB", Topology: "standalone"}
	var is hello
	began := time.Now()
	if err := db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&is); err != nil {
		return f, err
	}
	f.Latency = time.Since(began)
	if !is.LocalTime.IsZero() {
		f.Ahead = is.LocalTime.Sub(began.Add(f.Latency / 2))
	}
	switch {
	case is.Message == "isdbgrid":
		f.Topology = "sharded cluster"
	case is.Set != "":
		f.Topology = "replica set " + is.Set
	}
	var info buildInfo
	if err := db.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&info); err == nil {
		f.Product = "MongoDB " + info.Version
		if info.Ferret.Version != "" {
			f.Product += " (FerretDB " + info.Ferret.Version + ")"
		}
	}
	var stats struct {
		Storage float64 `bson:"storageSize"`
		Indexes float64 `bson:"indexSize"`
	}
	if err := db.RunCommand(ctx, bson.D{{Key: "dbStats", Value: 1}}).Decode(&stats); err == nil {
		f.Bytes = int64(stats.Storage + stats.Indexes)
	}
	f.Streams = streams(ctx, db)
	return f, collections(ctx, places, &f)
}

// streams reports whether the server has a change stream that this user may read.
func streams(ctx context.Context, db *driver.Database) bool {
	const most = 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	stream, err := db.Watch(ctx, driver.Pipeline{})
	if err != nil {
		return false
	}
	_ = stream.Close(context.WithoutCancel(ctx))
	return true
}

func collections(ctx context.Context, places []Place, f *engine.Facts) error {
	for _, p := range places {
		if p.Kind != "" {
			n, err := p.Collection.EstimatedDocumentCount(ctx)
			if err != nil {
				return fmt.Errorf("count %s: %w", p.Collection.Name(), err)
			}
			f.Records[p.Kind] = n
		}
		missing, err := p.missing(ctx)
		if err != nil {
			return fmt.Errorf("list the indexes of %s: %w", p.Collection.Name(), err)
		}
		f.Missing = append(f.Missing, missing...)
	}
	return nil
}

// noCollection is the code of a server that has no such collection.
const noCollection = 26

// missing names what is not there: the collection, or its indexes.
func (p *Place) missing(ctx context.Context) ([]string, error) {
	specs, err := p.Collection.Indexes().ListSpecifications(ctx)
	if refused, ok := errors.AsType[driver.ServerError](err); ok && refused.HasErrorCode(noCollection) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if len(specs) == 0 {
		return []string{p.Collection.Name()}, nil
	}
	var all []string
	for _, want := range p.Indexes {
		if !slices.ContainsFunc(specs, func(spec driver.IndexSpecification) bool { return sameKeys(spec.KeysDocument, want) }) {
			var names []string
			for _, e := range want {
				names = append(names, e.Key)
			}
			all = append(all, p.Collection.Name()+" ("+strings.Join(names, ", ")+")")
		}
	}
	return all, nil
}

// sameKeys reports whether an index is of these fields. The direction is no matter where it is one of a single field.
func sameKeys(keys bson.Raw, want bson.D) bool {
	elements, err := keys.Elements()
	return err == nil && slices.EqualFunc(elements, want, func(is bson.RawElement, want bson.E) bool { return is.Key() == want.Key })
}
