package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/engine"
)

// Pending is one command where all documents have to be compared. Where the server or the application says what has changed, Refresh asks for that.
func (e *Engine) Pending(ctx context.Context, asks []engine.KindRefresh) (engine.Pending, error) {
	var p engine.Pending
	var parts []part
	for _, ask := range asks {
		r, n := e.kinds[ask.Kind], ask.Kind.Number()
		p.Unreadable[n] = engine.Maybe
		if p.Stale[n] = engine.Maybe; !ask.Complete || r.changed != "" || !e.streamless.Load() {
			continue
		}
		p.Stale[n], p.Unreadable[n] = engine.None, engine.None
		parts = append(parts, part{r, bson.D{r.differs(ask.Keying)}, &p.Stale[n]})
		for _, ids := range r.ids.Unreadable() {
			parts = append(parts, part{r, ids, &p.Unreadable[n]})
		}
	}
	if len(parts) == 0 {
		return p, nil
	}
	return p, e.exist(ctx, parts)
}

// part is a question whether any document of a collection passes a filter. The answer is Maybe if one does.
type part struct {
	*records
	filter any
	answer *engine.Doubt
}

// exist answers all of them with one command.
func (e *Engine) exist(ctx context.Context, parts []part) error {
	var stages bson.A
	for n, p := range parts {
		one := bson.A{
			bson.D{{Key: "$match", Value: p.filter}},
			bson.D{{Key: "$limit", Value: 1}},
			bson.D{{Key: "$project", Value: bson.D{{Key: "_id", Value: 0}, {Key: "part", Value: bson.D{{Key: "$literal", Value: n}}}}}},
		}
		if n == 0 {
			stages = one
			continue
		}
		stages = append(stages, bson.D{{Key: "$unionWith", Value: bson.D{{Key: "coll", Value: p.Name()}, {Key: "pipeline", Value: one}}}})
	}
	found, err := parts[0].Aggregate(ctx, stages)
	if err != nil {
		return parts[0].wrap("search for unindexed", err)
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		if n, ok := found.Current.Lookup("part").AsInt64OK(); ok && n >= 0 && int(n) < len(parts) {
			*parts[n].answer = engine.Maybe
		}
	}
	return parts[0].wrap("search for unindexed", found.Err())
}
