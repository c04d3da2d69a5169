"""`albertplus import`: files into the catalog. Two readings of each file, so that memory stays bounded:

scan     what is in the files: kinds, keys that repeat, damage; nothing is written before all are sound
reading  rows become items (one per key), items become batches, batches are answered item by item
"""
