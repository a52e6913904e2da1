package config

import (
	"maps"
	"slices"
)

// DefaultStore is the name of the store that the key store describes.
const DefaultStore = "default"

// StoreNames returns the names of the stores: that of the key store first, if there is one, and then those of stores in the order of the alphabet.
func (c Config) StoreNames() []string {
	names := slices.Sorted(maps.Keys(c.Stores))
	if len(names) == 0 || c.Store.URI != "" {
		names = append([]string{DefaultStore}, names...)
	}
	return names
}

// StoreOf returns the name of the store that an inbox imports into; "" if it names none of several.
func (c Config) StoreOf(inbox Inbox) string {
	names := c.StoreNames()
	if inbox.Store == "" && (len(names) == 1 || names[0] == DefaultStore) {
		return names[0]
	}
	return inbox.Store
}

// For returns the configuration of one store alone: it is the only store, and there are the inboxes that import into it, and their sources.
func (c Config) For(store string) Config {
	if len(c.Stores) == 0 {
		return c
	}
	all := c
	c.Inboxes, c.Sources, c.Stores = nil, nil, nil
	if named, ok := all.Stores[store]; ok {
		c.Store = named
	}
	for _, inbox := range all.Inboxes {
		if all.StoreOf(inbox) == store {
			inbox.Store = ""
			c.Inboxes = append(c.Inboxes, inbox)
		}
	}
	for _, source := range all.Sources {
		if slices.ContainsFunc(c.Inboxes, func(inbox Inbox) bool { return inbox.Name == source.Inbox }) {
			c.Sources = append(c.Sources, source)
		}
	}
	return c
}
