// Rounds
