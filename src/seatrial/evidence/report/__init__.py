"""Reports: one frozen model, shown as a page, as signed JSON, as JUnit XML and as plain rows.

Here live the model and its faces. Nothing here decides a verdict (`assess` does), and nothing
prints: words on screen belong to the command line.
"""
