"""The record room: what is asked at a visit, of the whole patient and of each lesion."""
