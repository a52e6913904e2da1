package changes

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo/answer"
	"inlet.example/inlet/pipeline/store/mongo/tables"
)

// markerID is the document that is written to see it come by in the change stream.
const markerID = "marker"

// marker counts how often that was done.
type marker struct {
	Count int64 `json:"count"`
}

// follow reads the server's change stream from a token on, up to a change that it makes itself: everything that was acknowledged before comes before
// it. It returns the _ids of the documents that were written, and the token to go on from. The _ids are nil where they are not known: there is no
// token yet or it is lost, the changes are very many, or they do not come in time; the token is nil where the server has no such stream.
func (f *Follower) follow(ctx context.Context, token []byte) ([]any, []byte, error) {
	if f.Streamless.Load() {
		return nil, nil, nil
	}
	ids, next, err := f.read(ctx, token)
	switch {
	case err == nil:
		return ids, next, nil
	case ctx.Err() != nil || answer.FaultOf(err) == answer.Temporary && !errors.Is(err, context.DeadlineExceeded):
		return nil, nil, err
	case token != nil: // it is lost: the history of the server does not go back so far
		return f.follow(ctx, nil)
	}
	f.Streamless.Store(true) // until inlet is started again: standalone, or a server that has none
	return nil, nil, nil
}

func (f *Follower) read(ctx context.Context, token []byte) ([]any, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, followTimeout)
	defer cancel()
	meta := tables.Collection(f.Of.Database(), engine.Meta).Name()
	pipeline := driver.Pipeline{
		{{Key: "$match", Value: bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: "ns.coll", Value: f.Of.Name()}},
			bson.D{{Key: "ns.coll", Value: meta}, {Key: "documentKey._id", Value: markerID}},
		}}}}},
		{{Key: "$project", Value: bson.D{{Key: "ns", Value: 1}, {Key: "documentKey", Value: 1}, {Key: "operationType", Value: 1},
			{Key: "fullDocument.body.count", Value: 1}}}},
	}
	o := options.ChangeStream().SetBatchSize(page)
	if token != nil {
		o.SetResumeAfter(bson.Raw(token))
	}
	stream, err := f.Of.Database().Watch(ctx, pipeline, o)
	if err != nil {
		return nil, nil, err
	}
	defer stream.Close(context.WithoutCancel(ctx))
	if token == nil {
		return nil, slices.Clone(stream.ResumeToken()), nil // nothing is known of what was before it
	}
	m, err := engine.Update(ctx, f.Tables, engine.Meta, markerID, func(m *marker) { m.Count++ })
	if err != nil {
		return nil, nil, err
	}
	ids := []any{}
	for stream.Next(ctx) {
		event := stream.Current
		if name, _ := event.Lookup("ns", "coll").StringValueOK(); name == meta {
			if count, _ := event.Lookup("fullDocument", "body", "count").AsInt64OK(); count >= m.Count {
				return ids, slices.Clone(stream.ResumeToken()), nil
			}
			continue
		}
		switch op, _ := event.Lookup("operationType").StringValueOK(); op {
		case "insert", "update", "replace":
			id := event.Lookup("documentKey", "_id")
			ids = append(ids, bson.RawValue{Type: id.Type, Value: slices.Clone(id.Value)})
		case "drop", "rename", "dropDatabase", "invalidate":
			return nil, nil, errors.New("the collection was dropped or renamed")
		}
		if len(ids) > mostFollowed {
			return nil, slices.Clone(stream.ResumeToken()), nil
		}
	}
	if err := stream.Err(); err != nil {
		return nil, nil, err
	}
	return nil, nil, context.Cause(ctx)
}
