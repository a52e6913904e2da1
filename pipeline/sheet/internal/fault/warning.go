package fault

// Warning is what a person should know about a file that is read all the same.
type Warning struct {
	Code   string // of package ledger
	Row    int    // 0 if it is not known
	Format string // a sentence with a %s for each of Args
	Args   []string
}
