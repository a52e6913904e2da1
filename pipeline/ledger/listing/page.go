package listing

import "inlet.example/inlet/pipeline/ledger"

// Bounds say which page of a list: the imports before a number, those after one, or the newest where both are 0.
type Bounds struct {
	Before, After int64
	Limit         int
}

// Page is a part of a list.
type Page struct {
	Imports      []ledger.Import // the newest first
	Older, Newer bool            // there are more
	Next         int64           // where not all were looked through: the number before which to go on; 0: all were
	Uncatalogued bool            // an older version wrote imports that are only found by looking through all
}

// Last returns the number before which the next page begins; 0 where there is none.
func (p *Page) Last() int64 {
	if p.Older && len(p.Imports) > 0 {
		return p.Imports[len(p.Imports)-1].No
	}
	return p.Next
}

// First returns the number behind which the page of newer imports begins; 0 where there is none.
func (p *Page) First() int64 {
	if p.Newer && len(p.Imports) > 0 {
		return p.Imports[0].No
	}
	return 0
}
