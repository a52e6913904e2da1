package store

import "inlet.example/inlet/pipeline/store/records"

// OlderStop is the ID of the rule that an older inlet cannot read.
const OlderStop = olderStop

// StopID is likewise that of a data version.
var StopID = records.StopID
