package document

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/store/engine"
)

// Stale returns the expression that is true of a document whose keys were made by rules of an earlier generation, or of other values than it has now.
// $lt is also true of a generation that is not there.
func (l *Layout) Stale(k engine.Keying) bson.D {
	conditions := bson.A{bson.D{{Key: "$lt", Value: bson.A{"$_inlet.rules", k.Generation}}}}
	for _, path := range l.sources(k) {
		conditions = append(conditions, bson.D{{Key: "$ne", Value: bson.A{"$" + path, "$_inlet.from." + path}}})
	}
	return bson.D{{Key: "$or", Value: conditions}}
}

// sources are the paths of what keys are made of.
func (l *Layout) sources(k engine.Keying) []string {
	var paths []string
	if l.parent != "" {
		paths = append(paths, l.parent)
	}
	for _, field := range k.Fields {
		if l.Check(field) == nil {
			paths = append(paths, l.Path(field))
		}
	}
	return paths
}

// Keys returns what an update sets in a document for its keys to be these: they, and the values that they were made of, as the document has them.
func (l *Layout) Keys(doc bson.Raw, k engine.Keying, hashes []int64) bson.D {
	var from bson.D
	for _, path := range l.sources(k) {
		if v, err := doc.LookupErr(strings.Split(path, ".")...); err == nil {
			put(&from, path, v)
		}
	}
	return bson.D{{Key: "keys", Value: Hashes(hashes)}, {Key: "from", Value: orEmpty(from)}, {Key: "rules", Value: k.Generation}}
}
