"""The distributed world: nodes, a network between them, disks, clocks, clients and faults."""
