package mapping

// Keys are the keys that Parse knows.
var Keys = keys

// Mistakes returns what Parse says about a sidecar's content; "" if it is right.
var Mistakes = mistakes
