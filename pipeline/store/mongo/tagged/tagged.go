// Package tagged makes the filters of documents with tags.
//
// # Why the nearest documents are looked through first
//
// A server on PostgreSQL reads all documents that have a tag and sorts them before it returns the first few. Of a frequent tag there are enough among the
// nearest documents, which it reads along their order.
package tagged

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// near is how many documents are the nearest.
const near = 1_000

// Filters returns what documents have that are within some bounds of order and have all of some tags: first the nearest of them, unless these are all, then
// all.
func Filters(ctx context.Context, c *driver.Collection, within bson.D, tags []string, down bool) ([]bson.D, error) {
	order, all := bson.E{Key: "order", Value: within}, bson.E{Key: "tags", Value: bson.D{{Key: "$all", Value: tags}}}
	direction, last := 1, "$lte"
	if down {
		direction, last = -1, "$gte"
	}
	var edge struct {
		Order string `bson:"order"`
	}
	o := options.FindOne().SetSort(bson.D{{Key: "order", Value: direction}}).SetSkip(near).SetProjection(bson.D{{Key: "_id", Value: 0}, {Key: "order", Value: 1}})
	err := c.FindOne(ctx, bson.D{order}, o).Decode(&edge)
	if errors.Is(err, driver.ErrNoDocuments) {
		return []bson.D{{order, all}}, nil
	}
	nearest := bson.D{{Key: "$and", Value: bson.A{bson.D{order}, bson.D{{Key: "order", Value: bson.D{{Key: last, Value: edge.Order}}}}, bson.D{all}}}}
	return []bson.D{nearest, {order, all}}, err
}
