"""Other systems are told what happens here: which events there are, what they say, how they are signed and posted."""
