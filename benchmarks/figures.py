def ratio(a,b): return a/b
def verdict(*a): return a
