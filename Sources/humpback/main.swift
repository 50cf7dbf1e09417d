print("humpback")
