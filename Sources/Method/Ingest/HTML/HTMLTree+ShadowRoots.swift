/// Shadow trees that a page declares (HTML standard 4.12.3, `template` with `shadowrootmode`).
///
/// Browsers show the shadow tree in the place of its host's own content, and that content only where a `slot` stands for it.
extension HTMLTree {
    /// The tree as it is shown: the same one where no shadow tree is declared, otherwise a copy with the content of each host put together.
    func showingShadowRoots() -> HTMLTree {
        guard nodes.indices.contains(where: isShadowRoot) else { return self }
        var copy = HTMLTree()
        (copy.attributes, copy.attributeBytes, copy.structuredData, copy.isTruncated) = (
            attributes, attributeBytes, structuredData, isTruncated
        )
        var flattener = ShadowFlattener(tree: self, copy: copy)
        flattener.add(0, parent: -1, depth: 0, host: nil)
        return flattener.copy
    }

    fileprivate func isShadowRoot(_ index: Int) -> Bool {
        guard nodes[index].tag == .template, let mode = string(.shadowrootmode, of: index)?.lowercased() else { return false }
        return mode == "open" || mode == "closed"
    }
}

private struct ShadowFlattener {
    /// The content of a host, which waits for the slots of its shadow tree.
    final class Host {
        var waiting: [String: [Int]] = [:]
        /// Around the host itself.
        let outer: Host?

        init(outer: Host?) { self.outer = outer }
    }

    let tree: HTMLTree
    var copy: HTMLTree

    /// Copies a node with what is shown of its content; the depth of the tree bounds the recursion.
    mutating func add(_ index: Int, parent: Int32, depth: UInt16, host: Host?) {
        var node = tree.nodes[index]
        let place = copy.nodes.count
        // What is put together may be deeper than what was read.
        guard depth < 512 else { return }
        (node.parent, node.depth) = (parent, depth)
        let text = Int(node.textStart)..<Int(node.textEnd)
        node.textStart = Int32(copy.text.count)
        copy.nodes.append(node)
        if node.tag == .text {
            copy.text += tree.text[text]
        } else {
            addContent(of: index, parent: Int32(place), depth: depth + 1, host: host)
        }
        copy.nodes[place].textEnd = Int32(copy.text.count)
        copy.nodes[place].end = Int32(copy.nodes.count)
    }

    private mutating func addContent(of index: Int, parent: Int32, depth: UInt16, host: Host?) {
        let children = tree.children(of: index)
        if let root = children.first(where: tree.isShadowRoot) {
            let inner = Host(outer: host)
            for child in children where child != root {
                let name = tree.nodes[child].tag == .text ? "" : tree.string(.slot, of: child) ?? ""
                inner.waiting[name, default: []].append(child)
            }
            for child in tree.children(of: root) { add(child, parent: parent, depth: depth, host: inner) }
        } else if tree.nodes[index].tag == .slot, let host,
            let waiting = host.waiting.removeValue(forKey: tree.string(.name, of: index) ?? "")
        {
            for child in waiting { add(child, parent: parent, depth: depth, host: host.outer) }
        } else {
            for child in children { add(child, parent: parent, depth: depth, host: host) }
        }
    }
}
