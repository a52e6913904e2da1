// Package changes finds out which documents of a collection another program may have written since records were last given keys. The documents themselves
// are compared afterwards, so it may name too many, and never too few.
//
// # The three ways
//
//   - The server's change stream, where there is one.
//   - A time that the application sets whenever it writes a document, where one is configured. Its clocks may be a minute apart. All documents are
//     compared once a day, for those that the application wrote without the time.
//   - A comparison of all documents, which is right everywhere and reads the collection once.
package changes

import (
	"context"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/query"
	"inlet.example/inlet/pipeline/store/mongo/tables"
)

// Follower follows the changes of one collection.
type Follower struct {
	Of         *driver.Collection
	Kind       crm.Kind
	Changed    string // the path of the time that the application sets whenever it writes a document; "" for none
	Tables     *tables.Tables
	Streamless *atomic.Bool // the server has no change stream, or the user may not read it
}

// Followed is the document that says how far changes were followed for a kind.
type Followed struct {
	At    time.Time `json:"at,omitzero"`     // until when, by the server's clock
	All   time.Time `json:"all,omitzero"`    // when all documents were last compared
	Token []byte    `json:"token,omitempty"` // to resume the change stream at
}

func followedID(kind crm.Kind) string { return "looked/" + string(kind) }

const (
	clockSkew     = time.Minute    // by which the application's clocks may differ from the server's
	compareAfter  = 24 * time.Hour // all documents are compared again
	mostFollowed  = 20_000         // changes: to compare all documents costs less than to look so many up
	followTimeout = 10 * time.Second
	page          = 1_000 // changes that the server sends at once
)

// Since returns filters, one of which every document passes that may have changed, and what is to be kept once these are given keys.
func (f *Follower) Since(ctx context.Context, ask engine.Refresh) ([]bson.D, Followed, error) {
	everything := []bson.D{{}}
	var last Followed
	if f.Changed == "" && f.Streamless.Load() {
		return everything, last, nil
	}
	if _, err := engine.LoadInto(ctx, f.Tables, engine.Meta, followedID(f.Kind), &last); err != nil {
		return nil, last, err
	}
	ids, token, err := f.follow(ctx, last.Token)
	if err != nil {
		return nil, last, err
	}
	if f.Changed == "" && f.Streamless.Load() {
		return everything, last, nil
	}
	now, err := serverTime(ctx, f.Of.Database())
	if err != nil {
		return nil, last, err
	}
	next := Followed{At: now, All: last.All, Token: token}
	switch {
	case !ask.Complete:
	case ids != nil:
		return inChunks(ids), next, nil
	case f.Changed != "" && !last.At.IsZero() && now.Sub(last.All) < compareAfter:
		return []bson.D{f.writtenSince(last.At.Add(-clockSkew))}, next, nil
	}
	next.All = now
	return everything, next, nil
}

// writtenSince is also true of a document in which the time is not there, or null: the application has not got round to it.
func (f *Follower) writtenSince(t time.Time) bson.D {
	return bson.D{{Key: "$or", Value: bson.A{
		bson.D{{Key: f.Changed, Value: bson.D{{Key: "$gte", Value: bson.NewDateTimeFromTime(t)}}}},
		bson.D{{Key: f.Changed, Value: nil}},
	}}}
}

func inChunks(ids []any) []bson.D {
	var filters []bson.D
	for len(ids) > 0 {
		n := min(len(ids), query.MostKeys)
		filters = append(filters, query.In(ids[:n]))
		ids = ids[n:]
	}
	return filters
}

// Keep notes how far changes were followed.
func (f *Follower) Keep(ctx context.Context, next Followed) error {
	if f.Changed == "" && next.Token == nil {
		return nil // all documents are compared each time
	}
	_, err := engine.Update(ctx, f.Tables, engine.Meta, followedID(f.Kind), func(l *Followed) { *l = next })
	return err
}

// serverTime is the server's clock; this host's where the server does not tell.
func serverTime(ctx context.Context, db *driver.Database) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	if err := db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return time.Time{}, err
	}
	if hello.LocalTime.IsZero() {
		return time.Now(), nil
	}
	return hello.LocalTime, nil
}
