// Package query asks a collection: a page at a time, and by many IDs at once.
package query

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Page is how many documents a server is to send at once: a look-up of a batch is then one answer, up to the protocol's 16 MB.
const Page = 10_000

// MostKeys is how many a look-up by $in has. A server's time for one can grow with the square of them: 100,000 unchanged rows took 6
// to 8 s by the thousand, 7 to 11 by two thousand and 10 to 22 by four.
const MostKeys = 1_000

// AtOnce is how many look-ups, or parts of a bulk write, are under way at once. With two of them a fresh import of 100,000 rows takes 7.9 s instead of
// 9.2, on a server that shares its two cores with inlet; with four it takes as long.
const AtOnce = 2

// Each calls do with each document that passes a filter; do keeps nothing of it.
func Each(ctx context.Context, c *driver.Collection, filter bson.D, o *options.FindOptionsBuilder, do func(bson.Raw)) error {
	found, err := c.Find(ctx, filter, o.SetBatchSize(Page))
	if err != nil {
		return err
	}
	defer found.Close(context.WithoutCancel(ctx))
	for found.Next(ctx) {
		do(found.Current)
	}
	return found.Err()
}

// In returns the filter of the documents with one of these _ids.
func In(ids []any) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}
