"""The Study room: a whole cohort's curves and cumulative incidence, and who is in them."""
