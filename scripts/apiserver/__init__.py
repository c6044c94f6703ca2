"""A Kubernetes API server and its etcd, for the test that asks it about every manifest.

Built from Go modules into seatrial's cache, as engines are; it is no engine of the product.
"""
