// Package keys makes what the records of one kind are looked up by in one import: the keys of its match rules for a row, and besides them the
// keys by which something similar, the same contact in another account, or the work of an equal row is found. It only computes: asking a store
// and deciding are match's.
//
// # Why there are so many rules
//
// A store keeps the keys of a rule beside each record, so whatever is to be looked up needs a rule of its own:
//
//   - Rules are the rules that the mapping ticks, tried in turn.
//   - Under blank_key: ignore or literal, relaxed rules take the place of a rule with a blank field (A4, C4).
//   - Fuzzy finds near-duplicates, for a warning.
//   - Anywhere and Identifying look for a contact in every account (W12).
//
// # What a feed is
//
// A feed is files of one inbox that are matched on the same fields in the same way (W13). A record that no match rule can find again, because its
// row had a blank key or matched several, gets a feed key: the feed and the values of that row. An equal row of a later file finds it by that.
package keys
