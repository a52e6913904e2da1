package report

// swedish is what people read who have Swedish as their language: the English of a sentence with its places in order, and the Swedish.
var swedish = map[string]string{
}
