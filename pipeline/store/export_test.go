package store

// OlderStop is the ID of the rule that an older inlet cannot read.
const OlderStop = olderStop
